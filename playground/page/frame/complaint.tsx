import { usePage } from '../context.tsx';
import { Icon } from '../icons.tsx';

/** Shows why something was not done. */
export function Complaint() {
  const { complaint } = usePage();
  return (
    <div className="complaint" role="alert" data-shown={complaint !== null}>
      {complaint !== null && (
        <>
          <Icon name="warning" /> {complaint}
        </>
      )}
    </div>
  );
}
